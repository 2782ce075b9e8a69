/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.kernel;

import dev.nestmap.annotations.Be16;
import dev.nestmap.annotations.InnerMap;
import dev.nestmap.annotations.Key;
import dev.nestmap.annotations.U64;

/** A top-level record. Each top-level record has its own header and accessor. */
@InnerMap(maxEntries = 16)
public record Session(@Key @Be16 int port, @U64 long packets) {}
