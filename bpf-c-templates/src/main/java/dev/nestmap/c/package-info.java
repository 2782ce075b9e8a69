/* SPDX-License-Identifier: Apache-2.0 */
/** Prints a schema as the C header that a BPF program is compiled against. */
@JStacheConfig(type = JStacheType.STACHE)
@NullMarked
package dev.nestmap.c;

import io.jstach.jstache.JStacheConfig;
import io.jstach.jstache.JStacheType;
import org.jspecify.annotations.NullMarked;
