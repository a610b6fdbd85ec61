"""Claims set side by side: figures over time, demands, framings, outages, events. Pure."""
