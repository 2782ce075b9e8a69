/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.maptypes;

/** Proves {@link PerCpuContract} for maps in the Java heap. */
class HeapPerCpuTest extends PerCpuContract {
    @Override
    protected PerCpuBpf open() {
        return PerCpuBpf.inMemory();
    }
}
