"""Who people are to each other: real names, households, those cared for, preferences."""
