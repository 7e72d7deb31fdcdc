"""What is there before anybody acts: places, geography, minimum wage, seasons, floods, factories."""
