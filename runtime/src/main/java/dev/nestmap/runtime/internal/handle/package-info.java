/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Ownership of an open map: leases that end its use in other threads, and the cleaner for handles that became garbage without
 * having been closed.
 */
@NullMarked
package dev.nestmap.runtime.internal.handle;

import org.jspecify.annotations.NullMarked;
