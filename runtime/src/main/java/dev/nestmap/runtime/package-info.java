/* SPDX-License-Identifier: Apache-2.0 */
/** The API that users read and write BPF maps with, from loading an object to closing its handles. */
@NullMarked
package dev.nestmap.runtime;

import org.jspecify.annotations.NullMarked;
