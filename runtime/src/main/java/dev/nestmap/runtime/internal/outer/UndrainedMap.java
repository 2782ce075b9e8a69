/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.internal.outer;

import dev.nestmap.runtime.internal.handle.LeasedMap;
import java.nio.file.Path;

/**
 * An inner map that a process which has ended displaced and did not drain.
 *
 * @param key the key that it was at
 * @param map the caller's own; unpinned when it is closed
 * @param pin where it is pinned until then
 */
@SuppressWarnings("ArrayRecordComponent") // handed over once, and compared by nobody
public record UndrainedMap(byte[] key, LeasedMap map, Path pin) {}
