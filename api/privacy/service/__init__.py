"""What is done with people's data: showing, giving, erasing, forgetting, sealing anew."""
