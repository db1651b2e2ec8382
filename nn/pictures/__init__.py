"""Pictures: of networks, by Graphviz, and plots of what they learn, by matplotlib."""
