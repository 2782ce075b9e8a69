/* SPDX-License-Identifier: Apache-2.0 */
@NullMarked
package dev.nestmap.runtime.internal.existing;

import org.jspecify.annotations.NullMarked;
