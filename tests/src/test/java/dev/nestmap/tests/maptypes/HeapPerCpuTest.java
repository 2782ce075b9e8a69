/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.maptypes;

class HeapPerCpuTest extends PerCpuContract {
    @Override
    PerCpuBpf open() {
        return PerCpuBpf.inMemory();
    }
}
