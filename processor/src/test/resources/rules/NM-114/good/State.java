package com.acme;

import dev.nestmap.annotations.*;

@BpfType
enum State {
    NEW
}
