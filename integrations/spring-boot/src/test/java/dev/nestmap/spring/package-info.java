/* SPDX-License-Identifier: Apache-2.0 */
@NullMarked
package dev.nestmap.spring;

import org.jspecify.annotations.NullMarked;
