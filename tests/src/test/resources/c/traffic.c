/* SPDX-License-Identifier: Apache-2.0 */
/* Sockets that send in ways that Java's sockets can't: UDP segmentation, options of IP headers, packet sockets. Errors are negative. */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif
#ifndef UDP_GRO
#define UDP_GRO 104
#endif

/* No more than this is on its way, so that no queue of a veth overflows. */
static int on_its_way = 96 * 1024;

static int address_of(const char *text, int port, struct sockaddr_storage *address)
{
	struct sockaddr_in *v4 = (void *)address;
	struct sockaddr_in6 *v6 = (void *)address;

	memset(address, 0, sizeof(*address));
	if (inet_pton(AF_INET, text, &v4->sin_addr) == 1) {
		v4->sin_family = AF_INET;
		v4->sin_port = htons(port);
		return sizeof(*v4);
	}
	if (inet_pton(AF_INET6, text, &v6->sin6_addr) != 1)
		return -EINVAL;
	v6->sin6_family = AF_INET6;
	v6->sin6_port = htons(port);
	return sizeof(*v6);
}

static int failed(int socket)
{
	int error = errno;

	if (socket >= 0)
		close(socket);
	return -error;
}

static int opened(int family, int type)
{
	struct timeval timeout = {.tv_sec = 10};
	int made = socket(family, type, 0);

	if (made >= 0) {
		setsockopt(made, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout));
		setsockopt(made, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof(timeout));
	}
	return made;
}

/* Opens a socket that receives; joins datagrams of UDP (GRO) if `join` is not 0. */
int receiver(const char *text, int port, int is_tcp, int join)
{
	struct sockaddr_storage address;
	int length = address_of(text, port, &address), yes = 1, room = 16 << 20;
	int made = opened(address.ss_family, is_tcp ? SOCK_STREAM : SOCK_DGRAM);

	if (made < 0 || setsockopt(made, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)) ||
	    (!is_tcp && setsockopt(made, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room))) ||
	    (join && setsockopt(made, IPPROTO_UDP, UDP_GRO, &yes, sizeof(yes))) ||
	    bind(made, (void *)&address, length) || (is_tcp && listen(made, 1)))
		return failed(made);
	return made;
}

/* Opens a socket that receives all frames of a device. */
int packet_socket(const char *device)
{
	struct sockaddr_ll address = {
		.sll_family = AF_PACKET, .sll_protocol = htons(3 /* ETH_P_ALL */), .sll_ifindex = if_nametoindex(device)};
	int made = socket(AF_PACKET, SOCK_RAW, 0);

	return made < 0 || bind(made, (void *)&address, sizeof(address)) ? failed(made) : made;
}

int close_socket(int socket)
{
	return close(socket);
}

/* Accepts a connection, reads to its end, closes it, and returns the number of bytes. */
long receive_connection(int listener)
{
	static char buffer[1 << 16];
	long all = 0, got;
	int made = accept(listener, NULL, NULL);

	if (made < 0)
		return failed(-1);
	while ((got = read(made, buffer, sizeof(buffer))) > 0)
		all += got;
	return got < 0 ? failed(made) : (close(made), all);
}

/* Reads datagrams until it has this number of bytes. */
long receive_datagrams(int socket, long bytes)
{
	static char buffer[1 << 16];
	long all = 0, got = 0;

	while (all < bytes && (got = recv(socket, buffer, sizeof(buffer), 0)) > 0)
		all += got;
	return got < 0 ? failed(-1) : all;
}

static int connected(const char *text, int port, int type, int segment, int options)
{
	static const char nops[] = {1, 1, 1, 0}, padding[] = {0, 0, 1, 4, 0, 0, 0, 0};
	struct sockaddr_storage address;
	int length = address_of(text, port, &address);
	int made = opened(address.ss_family, type);

	if (made < 0 || setsockopt(made, SOL_SOCKET, SO_SNDBUF, &on_its_way, sizeof(on_its_way)) ||
	    (segment && setsockopt(made, IPPROTO_UDP, UDP_SEGMENT, &segment, sizeof(segment))) ||
	    (options && (address.ss_family == AF_INET
				 ? setsockopt(made, IPPROTO_IP, IP_OPTIONS, nops, sizeof(nops))
				 : setsockopt(made, IPPROTO_IPV6, IPV6_DSTOPTS, padding, sizeof(padding)))) ||
	    connect(made, (void *)&address, length))
		return failed(made);
	return made;
}

/* Sends bytes over a connection, and returns when the other side has closed it. */
int send_connection(const char *text, int port, long bytes, int options)
{
	static char buffer[1 << 16];
	int made = connected(text, port, SOCK_STREAM, 0, options);
	char end;

	if (made < 0)
		return made;
	while (bytes > 0) {
		long sent = write(made, buffer, bytes < (long)sizeof(buffer) ? bytes : (long)sizeof(buffer));

		if (sent < 0)
			return failed(made);
		bytes -= sent;
	}
	/* A connection that is closed before the other side ends has no cgroup any more for its last acknowledgement. */
	if (shutdown(made, SHUT_WR) || read(made, &end, 1) != 0)
		return failed(made);
	return close(made);
}

/* Sends datagrams of this size, or buffers that the kernel cuts into such datagrams. */
int send_datagrams(const char *text, int port, int size, int segment, int times, int options)
{
	static char buffer[1 << 16];
	int made = connected(text, port, SOCK_DGRAM, segment, options);

	if (made < 0)
		return made;
	for (int i = 0; i < times; i++)
		if (send(made, buffer, size, 0) != size)
			return failed(made);
	return close(made);
}

/* Sends frames as they are, from the Ethernet header on. */
int send_frames(const char *device, const char *frame, int size, int times)
{
	int made = packet_socket(device);

	for (int i = 0; made >= 0 && i < times; i++)
		if (send(made, frame, size, 0) != size)
			return failed(made);
	return made < 0 ? made : close(made);
}
