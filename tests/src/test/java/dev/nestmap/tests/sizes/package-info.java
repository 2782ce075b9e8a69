/* SPDX-License-Identifier: Apache-2.0 */
/** Maps whose size is given when their object is loaded. */
@NullMarked
package dev.nestmap.tests.sizes;

import org.jspecify.annotations.NullMarked;
