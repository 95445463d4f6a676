"""Load with a web page to steer it: `locust -f deploy/locust/locustfile.py`, then http://localhost:8089.

Two kinds of people, to be chosen by name on the command line (or on the page, with --class-picker):
  TrainCrowd  the five endpoints of seed 002 with its weights: /reserve 4, /status 3, /health 2, /process_queue 1, /admin/reset 1
  Buyer       looks at a hall, holds a seat, books and pays it

The organiser's X-Token is read from the environment: TOKEN. Without it, TrainCrowd is refused where it needs one, which counts
as a failure, and Buyer buys what is on sale already instead of making a hall of its own.
"""

import os
import random
import uuid

from gevent.lock import Semaphore
from locust import HttpUser, between, events, task

TOKEN = os.environ.get("TOKEN", "")
SEATS = int(os.environ.get("SEATS", "500"))
ORGANISER = {"X-Token": TOKEN}
ONE_MAKES_THE_SALE = Semaphore()


class TrainCrowd(HttpUser):
    """Wants a ticket of the train, and asks how the queue stands. Needs ALLOW_RESET for /admin/reset."""

    wait_time = between(0.5, 2)

    def on_start(self):
        self.user_id = str(uuid.uuid4())

    @task(4)
    def reserve(self):
        self.user_id = str(uuid.uuid4())
        self.client.post("/reserve", json={"user_id": self.user_id})

    @task(3)
    def status(self):
        self.client.get(f"/status/{self.user_id}", name="/status/{user_id}")

    @task(2)
    def health(self):
        self.client.get("/health")

    @task(1)
    def process_queue(self):
        self.client.post("/process_queue", headers=ORGANISER)

    @task(1)
    def reset(self):
        self.client.post("/admin/reset", headers=ORGANISER)


class Buyer(HttpUser):
    """Buys one seat after the other, each time as somebody else."""

    wait_time = between(0.1, 1)
    event_id = None

    def on_start(self):
        with ONE_MAKES_THE_SALE:
            if Buyer.event_id is None:
                Buyer.event_id = make_sale(self.client) if TOKEN else first_on_sale(self.client)

    @task
    def buy(self):
        headers = {"X-User-ID": f"locust-{uuid.uuid4()}"}
        free = self.client.get(
            f"/api/v1/events/{Buyer.event_id}/seats/available", name="/seats/available"
        ).json()
        if not free:
            return
        seat = random.choice(free)["seat_id"]
        body = {"event_id": Buyer.event_id, "seat_ids": [seat], "user_id": headers["X-User-ID"]}
        with self.client.post("/api/v1/reservations", json=body, headers=headers, catch_response=True) as held:
            # Somebody was quicker: an answer, not a failure.
            if held.status_code == 409:
                held.success()
            if held.status_code != 201:
                return
        booked = self.client.post("/api/v1/bookings", json=body, headers=headers)
        if booked.status_code != 201:
            return
        booking_id = booked.json()["booking_id"]
        self.client.post(
            f"/api/v1/bookings/{booking_id}/confirm-payment",
            json={"booking_id": booking_id, "payment_id": f"pay-{booking_id}"},
            headers=headers,
            name="/api/v1/bookings/{id}/confirm-payment",
        )


def make_sale(client):
    """An event on sale with SEATS seats."""
    draft = {"event_name": "locust", "event_date": "2030-01-01T20:00:00", "total_seats": SEATS}
    event_id = client.post("/api/v1/events", json=draft, headers=ORGANISER).json()["event_id"]
    seats = [
        {"seat_number": f"{n // 50 + 1}-{n % 50 + 1}", "section": "Floor", "price": "50.00"} for n in range(SEATS)
    ]
    client.post(f"/api/v1/events/{event_id}/seats", json=seats, headers=ORGANISER, name="/api/v1/events/{id}/seats")
    client.post(f"/api/v1/events/{event_id}/start-sale", headers=ORGANISER, name="/api/v1/events/{id}/start-sale")
    return event_id


def first_on_sale(client):
    """The first event that can be bought."""
    listed = client.get("/api/v1/events").json()
    found = listed["items"] if isinstance(listed, dict) else listed
    return next(event["event_id"] for event in found if event["status"] == "ON_SALE")


@events.quitting.add_listener
def fail_on_errors(environment, **_):
    """Without its page, locust ends with 1 when half a percent failed: the objective of docs/performance.md."""
    if environment.stats.total.fail_ratio > 0.005:
        environment.process_exit_code = 1
