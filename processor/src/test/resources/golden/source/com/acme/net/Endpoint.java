package com.acme.net;

import dev.nestmap.annotations.*;
import java.net.Inet4Address;

/** Shared by several top-level types. */
@BpfType
public record Endpoint(Inet4Address address, @Be16 int port, Direction direction) {}
