package com.acme;

import dev.nestmap.annotations.*;

class FlowsBpf {}
