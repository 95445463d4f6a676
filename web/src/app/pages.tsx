import { lazy, Suspense } from 'react';
import { Route, Routes } from 'react-router';
import { Loading } from '../ui/loading.tsx';
import { Frame } from './frame.tsx';
import { NotFoundPage } from './not-found-page.tsx';
import { PageBoundary } from './page-boundary.tsx';

const EventsPage = lazy(async () => ({ default: (await import('./events-page.tsx')).EventsPage }));
const EventPage = lazy(async () => ({ default: (await import('./event/event-page.tsx')).EventPage }));
const DrawPage = lazy(async () => ({ default: (await import('./draw-page.tsx')).DrawPage }));
const BookingPage = lazy(async () => ({ default: (await import('./booking-page.tsx')).BookingPage }));
const MinePage = lazy(async () => ({ default: (await import('./mine-page.tsx')).MinePage }));

/** Every address of the shop. Each page is loaded when it is first shown. */
export function Pages() {
  return (
    <Frame>
      <PageBoundary>
        <Suspense fallback={<Loading />}>
          <Routes>
            <Route path="/" element={<EventsPage />} />
            <Route path="/events/:eventId" element={<EventPage />} />
            <Route path="/events/:eventId/draw" element={<DrawPage />} />
            <Route path="/bookings/:bookingId" element={<BookingPage />} />
            <Route path="/mine" element={<MinePage />} />
            <Route path="*" element={<NotFoundPage />} />
          </Routes>
        </Suspense>
      </PageBoundary>
    </Frame>
  );
}
