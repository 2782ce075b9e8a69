package com.acme;

import dev.nestmap.annotations.*;

enum State {
    NEW
}
