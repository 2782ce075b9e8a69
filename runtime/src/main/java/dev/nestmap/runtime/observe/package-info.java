/* SPDX-License-Identifier: Apache-2.0 */
/** What Nestmap tells listeners about its operations in this process. */
@NullMarked
package dev.nestmap.runtime.observe;

import org.jspecify.annotations.NullMarked;
