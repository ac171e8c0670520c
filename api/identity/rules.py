"""Pure decisions about people and their clients."""

# The first word that is there names the device; tablets come before what they also claim to be.
_DEVICES = ("iPad", "iPhone", "Android", "HarmonyOS", "OpenHarmony", "Windows", "Macintosh")
_LENGTH_MAX = 60


def device_of(named: str | None, user_agent: str) -> str:
    """What a session is listed as: the client's own word, else the kind of device, else nothing."""
    if named:
        return named[:_LENGTH_MAX]
    return next((device for device in _DEVICES if device in user_agent), "")
