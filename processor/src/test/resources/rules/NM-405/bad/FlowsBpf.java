class FlowsBpf {}
