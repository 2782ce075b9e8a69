/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Prints a schema as the C header that a BPF program is compiled against.
 *
 * <p>The header's text is in templates; this package decides what stands in it and how it is named. It takes a schema as
 * it is: that every name is a C identifier, and that maps are what the kernel allows, has been checked before.
 */
@JStacheConfig(type = JStacheType.STACHE, pathing = @JStachePath(prefix = "dev/nestmap/header/", suffix = ".stache"))
@NullMarked
package dev.nestmap.header;

import io.jstach.jstache.JStacheConfig;
import io.jstach.jstache.JStachePath;
import io.jstach.jstache.JStacheType;
import org.jspecify.annotations.NullMarked;
