/* SPDX-License-Identifier: Apache-2.0 */
@NullMarked
package dev.nestmap.runtime.attach;

import org.jspecify.annotations.NullMarked;
