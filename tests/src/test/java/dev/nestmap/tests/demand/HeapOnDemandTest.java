/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.tests.demand;

class HeapOnDemandTest extends OnDemandContract {
    @Override
    DemandBpf open() {
        return DemandBpf.inMemory();
    }
}
