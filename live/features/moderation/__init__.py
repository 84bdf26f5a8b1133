"""What the crew makes of what viewers say: hide, approve, pin, mute, ban, and the chat's rules."""
