/* SPDX-License-Identifier: Apache-2.0 */
/** Runs inside the compiler, and is not for users. */
package dev.nestmap.annotations.javac;
