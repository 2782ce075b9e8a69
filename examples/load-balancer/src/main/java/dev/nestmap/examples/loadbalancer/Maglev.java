/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.loadbalancer;

import java.net.Inet4Address;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Computes lookup tables as in "Maglev: A Fast and Reliable Software Network Load Balancer" (Eisenbud et al., NSDI 2016, section 3.4). Each
 * backend has an order of its own in which it wants the places of the table. The backends take turns, and each takes the first of
 * its places that is still free. When a backend comes or goes, the others keep nearly all of their places.
 */
final class Maglev {
    private Maglev() {}

    /**
     * Returns the backend of each place. The same backends and weights always get the same table.
     *
     * @param weights number of places that a backend takes in each turn, by backend; 1 or more
     * @param size number of places: a prime number, so that every order contains all places
     */
    static Inet4Address[] table(Map<Inet4Address, Integer> weights, int size) {
        if (weights.isEmpty() || weights.values().stream().anyMatch(weight -> weight < 1)) {
            throw new IllegalArgumentException("a table needs backends with weights of 1 or more, not " + weights);
        }
        Inet4Address[] table = new Inet4Address[size];
        List<Order> orders = new ArrayList<>();
        weights.forEach((backend, weight) -> orders.add(new Order(backend, weight, size)));
        orders.sort(Comparator.comparingInt(order -> number(order.backend)));
        for (int filled = 0; filled < size; ) {
            for (Order order : orders) {
                for (int i = 0; i < order.weight && filled < size; i++, filled++) {
                    table[order.nextFree(table)] = order.backend;
                }
            }
        }
        return table;
    }

    private static int number(Inet4Address address) {
        return ByteBuffer.wrap(address.getAddress()).getInt();
    }

    /** The places in the order in which a backend wants them: every {@code skip}-th, from {@code next} on. */
    private static final class Order {
        private final Inet4Address backend;
        private final int weight;
        private final int skip;
        private int next;

        Order(Inet4Address backend, int weight, int size) {
            this.backend = backend;
            this.weight = weight;
            this.next = Math.floorMod(hash(number(backend), 1), size);
            this.skip = Math.floorMod(hash(number(backend), 2), size - 1) + 1;
        }

        int nextFree(Inet4Address[] table) {
            while (table[next] != null) {
                next = (next + skip) % table.length;
            }
            return next;
        }
    }

    /** Two independent hashes of a number: the finalizer of SplitMix64. */
    private static long hash(int number, int which) {
        long hash = (((long) which << Integer.SIZE) | (number & 0xffff_ffffL)) * 0x9e3779b97f4a7c15L;
        hash = (hash ^ (hash >>> 30)) * 0xbf58476d1ce4e5b9L;
        hash = (hash ^ (hash >>> 27)) * 0x94d049bb133111ebL;
        return hash ^ (hash >>> 31);
    }
}
