"""The assess stage: measures a version and proves what it says; never trusts a model's confidence."""
