/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.kernel;

import dev.nestmap.annotations.Be16;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.U64;

/** Top-level records have a header and an accessor each. */
@InnerMap(maxEntries = 16)
public record Session(@Key @Be16 int port, @U64 long packets) {}
