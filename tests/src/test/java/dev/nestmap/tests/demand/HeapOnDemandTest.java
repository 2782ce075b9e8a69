/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.demand;

/** Proves {@link OnDemandContract} for maps in the Java heap. */
class HeapOnDemandTest extends OnDemandContract {
    @Override
    protected DemandBpf open() {
        return DemandBpf.inMemory();
    }
}
