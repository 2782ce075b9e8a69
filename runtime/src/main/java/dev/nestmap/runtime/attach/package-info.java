/* SPDX-License-Identifier: Apache-2.0 */
/** Programs of a loaded object, their hooks, and their links. */
@NullMarked
package dev.nestmap.runtime.attach;

import org.jspecify.annotations.NullMarked;
