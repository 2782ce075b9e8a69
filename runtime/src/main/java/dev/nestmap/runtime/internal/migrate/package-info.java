/* SPDX-License-Identifier: Apache-2.0 */
/** Copies pinned maps of the previous version to the new layout. */
@NullMarked
package dev.nestmap.runtime.internal.migrate;

import org.jspecify.annotations.NullMarked;
