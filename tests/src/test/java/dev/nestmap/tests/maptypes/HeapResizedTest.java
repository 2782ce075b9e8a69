/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.maptypes;

/** Proves {@link ResizedContract} for maps in the Java heap. */
class HeapResizedTest extends ResizedContract {
    @Override
    ResizedBpf open() {
        return ResizedBpf.inMemory();
    }
}
