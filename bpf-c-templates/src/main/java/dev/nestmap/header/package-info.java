/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Prints a schema as the C header that BPF programs include.
 *
 * <p>The templates contain the fixed text; this package computes the rest. It expects a checked schema: all names are C identifiers, and
 * the kernel accepts the maps.
 */
@JStacheConfig(type = JStacheType.STACHE, pathing = @JStachePath(prefix = "dev/nestmap/header/", suffix = ".stache"))
@NullMarked
package dev.nestmap.header;

import io.jstach.jstache.JStacheConfig;
import io.jstach.jstache.JStachePath;
import io.jstach.jstache.JStacheType;
import org.jspecify.annotations.NullMarked;
