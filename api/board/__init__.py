"""邻里喧: what neighbours bring into the open, checked before anybody else sees it."""
