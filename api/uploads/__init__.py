"""Uploads: photos of residents and runners, written anew, kept until somebody claims them."""
