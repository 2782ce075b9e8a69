package com.acme;

import dev.nestmap.annotations.*;

@BpfType
record Right(Left left) {}
//                ^ NM-202 Left ... left
