/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.maptypes;

/** Proves {@link KeylessContract} for maps in the Java heap. */
class HeapKeylessTest extends KeylessContract {
    @Override
    protected KeylessBpf open() {
        return KeylessBpf.inMemory();
    }
}
