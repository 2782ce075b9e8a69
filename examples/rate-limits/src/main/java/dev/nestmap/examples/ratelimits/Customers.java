/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.examples.ratelimits;

import dev.nestmap.examples.ratelimits.RateLimits.Limit;
import dev.nestmap.examples.ratelimits.RateLimits.Sender;
import java.net.Inet4Address;
import java.util.ArrayList;
import java.util.List;

/** The customers and their limits. */
final class Customers {
    private final RateLimitsBpf bpf;

    Customers(RateLimitsBpf bpf) {
        this.bpf = bpf;
    }

    /** Adds a customer, and the limit of each of its senders. The customer's inner map has room for the state of {@code senders} senders. */
    void add(Inet4Address customer, Rate rate, long senders) {
        change(customer, rate);
        bpf.customer().create(customer, senders);
    }

    /** Sets a customer's limit. Later packets use it at once. A packet that is being handled now uses the old limit or the new one. */
    void change(Inet4Address customer, Rate rate) {
        bpf.limit().put(new Limit(customer, rate.interval(), rate.burstTime()));
    }

    /** Ends the limit. Drops what was counted since the last report: call {@link #report} first, or use {@code drainLast}. */
    void remove(Inet4Address customer) {
        bpf.customer().discard(customer);
        bpf.limit().remove(customer);
    }

    /** Returns what passed and what was dropped since the last call, for each sender. Every sender may then send a full burst again. */
    List<Sender> report(Inet4Address customer) {
        List<Sender> report = new ArrayList<>();
        bpf.customer().drain(customer, drained -> drained.map().forEach(report::add));
        return report;
    }
}
