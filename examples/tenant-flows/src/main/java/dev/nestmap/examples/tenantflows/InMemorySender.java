/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.tenantflows;

import dev.nestmap.examples.tenantflows.TenantFlows.Flow;
import dev.nestmap.examples.tenantflows.TenantFlows.FlowKey;
import dev.nestmap.examples.tenantflows.TenantFlowsBpf.FlowMap;
import dev.nestmap.examples.tenantflows.TenantFlowsBpf.TenantMap;
import dev.nestmap.runtime.error.InvalidHandleException;

/** Replaces the C program for maps in memory. Counts each datagram in Java and sends nothing. */
record InMemorySender(TenantMap tenants, int sourcePort) implements Sender {
    private static final int UDP = 17;

    @Override
    public void send(int port, int bytes) {
        FlowKey key = new FlowKey(Receivers.LOOPBACK, Receivers.LOOPBACK, sourcePort, port, UDP);
        while (!count(port, key, bytes)) {
            // The map was rotated during the update, so count in the new map.
            Thread.onSpinWait();
        }
    }

    private boolean count(int port, FlowKey key, int bytes) {
        FlowMap flows = tenants.get(port);
        if (flows == null) {
            return true;
        }
        try {
            Flow flow = flows.get(key);
            flows.put(flow == null ? new Flow(key, 1, bytes) : new Flow(key, flow.packets() + 1, flow.bytes() + bytes));
            return true;
        } catch (InvalidHandleException e) {
            return false;
        }
    }

    @Override
    public void close() {}
}
