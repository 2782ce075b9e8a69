/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.loadbalancer;

import dev.nestmap.examples.loadbalancer.LoadBalancer.Place;
import dev.nestmap.examples.loadbalancer.LoadBalancer.Service;
import java.net.Inet4Address;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Distributes the flows of services. */
final class Backends {
    private final LoadBalancerBpf bpf;

    Backends(LoadBalancerBpf bpf) {
        this.bpf = bpf;
    }

    /**
     * Sets the backends of a service and their weights. Each datagram goes by the previous table or by the new one. When this method
     * returns, all go by the new one.
     */
    void set(Service service, Map<Inet4Address, Integer> weights) {
        Inet4Address[] table = Maglev.table(weights, LoadBalancer.PLACES);
        List<Place> places = new ArrayList<>();
        for (int index = 0; index < table.length; index++) {
            places.add(new Place(index, table[index]));
        }
        bpf.service().replace(service, next -> next.putAll(places)); // programs can't see it before it is filled
    }

    void remove(Service service) {
        bpf.service().discard(service);
    }

    /** Returns how many datagrams were sent to a backend. */
    long datagrams(Inet4Address backend) {
        List<LoadBalancer.Traffic> counts = bpf.traffic().get(backend);
        return counts == null
                ? 0
                : counts.stream().mapToLong(LoadBalancer.Traffic::datagrams).sum();
    }
}
