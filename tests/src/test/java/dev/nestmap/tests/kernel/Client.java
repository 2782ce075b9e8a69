/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.kernel;

import dev.nestmap.annotations.OuterMap;
import java.net.Inet4Address;

/** An outer map of {@link Session}s. */
@OuterMap(inner = Session.class, maxEntries = 4)
public record Client(Inet4Address address) {}
