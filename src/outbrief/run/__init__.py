"""What happens when: plan, produce, deliver, sweep."""
