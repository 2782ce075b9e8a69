/* SPDX-License-Identifier: Apache-2.0 */
/** Reports operations to listeners. */
@NullMarked
package dev.nestmap.runtime.internal.observe;

import org.jspecify.annotations.NullMarked;
