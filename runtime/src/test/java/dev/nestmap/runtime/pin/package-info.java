/* SPDX-License-Identifier: Apache-2.0 */
@NullMarked
package dev.nestmap.runtime.pin;

import org.jspecify.annotations.NullMarked;
