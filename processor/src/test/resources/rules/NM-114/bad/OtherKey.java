package com.acme;

import dev.nestmap.annotations.*;

record OtherKey(int id) {}
