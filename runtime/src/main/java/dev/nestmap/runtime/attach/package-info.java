/* SPDX-License-Identifier: Apache-2.0 */
/** What programs attach to: one immutable type for each kind of attachment. */
@NullMarked
package dev.nestmap.runtime.attach;

import org.jspecify.annotations.NullMarked;
