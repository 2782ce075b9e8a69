/* SPDX-License-Identifier: Apache-2.0 */
@NullMarked
package dev.nestmap.runtime.internal.cleanup;

import org.jspecify.annotations.NullMarked;
